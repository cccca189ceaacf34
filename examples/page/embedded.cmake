# Writes OUTPUT, the definition of embedded_page_files(), from the text of FILES (run by cmake -P).
set(entries "")
foreach(path ${FILES})
  file(READ ${path} text)
  get_filename_component(name ${path} NAME)
  string(APPEND entries "    {\"${name}\", R\"~text~(${text})~text~\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"examples/page/embedded.hpp\"

static constexpr std::pair<std::string_view, std::string_view> files[] = {
${entries}};

std::span<const std::pair<std::string_view, std::string_view>> embedded_page_files() { return files; }
")
