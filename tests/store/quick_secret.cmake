# quick_secret(TARGET): leads the calls named in quick_secret.c there.
function(quick_secret target)
  foreach(name crypto_pwhash crypto_pwhash_str_alg crypto_pwhash_str_verify)
    target_link_options(${target} PRIVATE -Wl,--wrap=${name})
  endforeach()
endfunction()
