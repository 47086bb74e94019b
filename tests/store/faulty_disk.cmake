# faulty_disk(TARGET): leads the calls named in faulty_disk.c there.
function(faulty_disk target)
  foreach(name open fsync read write pwrite fstat stat ftruncate fdopen fflush rename link unlink
      flock malloc calloc crypto_pwhash_str_alg crypto_pwhash_str_verify)
    target_link_options(${target} PRIVATE -Wl,--wrap=${name})
  endforeach()
endfunction()

# faulty_realloc(TARGET): that call too, by a faulty_disk.c of its own.
function(faulty_realloc target)
  target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/store/faulty_disk.c)
  target_compile_definitions(${target} PRIVATE FAULTY_REALLOC)
  target_link_options(${target} PRIVATE -Wl,--wrap=realloc)
endfunction()
