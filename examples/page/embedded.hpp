// The styles and scripts of this folder, embedded when the program was built.
#pragma once

#include <span>
#include <string_view>
#include <utility>

std::span<const std::pair<std::string_view, std::string_view>> embedded_page_files();
