# Copies SOURCES of SOURCE_DIR into TREE and applies PATCH to them. A patch that no longer fits is
# an error, because a bug that is not planted cannot be found.
file(REMOVE_RECURSE ${TREE})
foreach(source IN LISTS SOURCES)
  get_filename_component(folder ${source} DIRECTORY)
  file(COPY ${SOURCE_DIR}/${source} DESTINATION ${TREE}/${folder})
endforeach()
execute_process(COMMAND ${PROGRAM} --batch --forward --fuzz=2 -p1 -i ${PATCH}
  WORKING_DIRECTORY ${TREE} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PATCH} no longer fits: make it anew\n${output}")
endif()
