# Sourced by the scripts: the Debian packages they need, and install_packages.
build_packages=(g++ make cmake libxtensor-dev libxtensor-blas-dev libxsimd-dev libopenblas-dev libfmt-dev
  nlohmann-json3-dev libutfcpp-dev libxxhash-dev libcli11-dev libcurl4-openssl-dev libssl-dev catch2 python3
  libarchive-dev libcsv-dev libicu-dev libsentencepiece-dev gnuplot-nox)
browser_packages=(chromium chromium-driver python3-selenium)  # the tests of pages; without them these are skipped

# install_packages name...: apt-get installs those that are missing; asks nothing, and does nothing if none is.
install_packages() {
  local missing=() package as_root=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null; then
    echo "This is no Debian system: install the counterparts of ${missing[*]}, then build with CMake." >&2
    return 1
  fi
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "Packages are missing and there is no sudo: run as root 'apt-get install ${missing[*]}'." >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
  "${as_root[@]}" update && "${as_root[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
}
