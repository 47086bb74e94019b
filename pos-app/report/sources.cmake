set(report_sources report/words.c report/page.c report/chart.c report/sentences.c report/market_csv.c
  report/market_html.c report/market_figures.c report/market_view.c report/market_source.c
  report/market_report.c report/counter_html.c report/customer_gather.c report/customer_more.c report/customer_html.c)
