#!/usr/bin/env bash
# bash setup.sh [dev]: makes this checkout ready to run (or, with dev, to test): system libraries and fonts,
# .venv with the locked wheels, the package itself. Installs only what is missing; a second run takes no time.
# PYTHON=/path/to/python3 chooses the interpreter. Works with the bash 3.2 of macOS.
set -eu
cd "$(dirname "$0")"

kind=${1:-run}
venv=.venv
lock=requirements.txt
[ "$kind" = run ] || lock=requirements-dev.txt

say() { printf '%s\n' "$@" >&2; }
die() { say "" "$@" ""; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# ---- already done? A stamp holds the checksums of the files it was made from; dev serves for run too.
wanted_deps() { cat setup.sh "$1" | cksum; }
wanted_code() { find pyproject.toml hatch_build.py generator/__init__.py generator/locale -type f ! -name '*.mo' 2>/dev/null |
  LC_ALL=C sort | xargs cat | cksum; }
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
deps_fresh() {
  fresh "$venv/.dev" "$(wanted_deps requirements-dev.txt)" ||
    { [ "$kind" = run ] && fresh "$venv/.run" "$(wanted_deps requirements.txt)"; }
}

# ---- system packages
root=
if [ "$(id -u)" != 0 ]; then
  if ! has sudo; then root=no
  elif [ -t 0 ]; then root=sudo
  else root="sudo -n"; fi
fi

apt_missing() {
  for package; do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: .* installed$' || printf '%s ' "$package"
  done
}

apt_install() {
  local missing available package log
  missing=$(apt_missing "$@")
  [ -n "$missing" ] || return 0
  if [ "$root" = no ]; then
    say "缺少系统软件包，而当前用户没有 sudo。请管理员运行：" \
        "System packages are missing and there is no sudo here. Ask an administrator to run:" \
        "    apt-get install -y --no-install-recommends $missing"
    return 0
  fi
  say "正在安装系统软件包 / installing system packages: $missing"
  $root apt-get update -qq >/dev/null 2>&1 || say "软件源更新失败，继续尝试。 / apt-get update failed; trying all the same."
  available=
  for package in $missing; do
    if apt-cache show --no-all-versions "$package" >/dev/null 2>&1; then available="$available $package"
    else say "本系统没有软件包 $package，略过。 / This system has no package $package: going on without it."; fi
  done
  [ -n "$available" ] || return 0
  # shellcheck disable=SC2086
  log=$($root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $available 2>&1) ||
    say "$(printf '%s\n' "$log" | tail -n 5)" "安装失败，请手工运行： / Could not install them; please run:" \
        "    sudo apt-get install -y --no-install-recommends$available"
}

brew_install() {
  for formula; do
    brew list --versions "$formula" >/dev/null 2>&1 || {
      say "正在安装 / installing: $formula"
      brew install --quiet "$formula" || say "安装失败，请手工运行： / failed; please run:  brew install $formula"
    }
  done
}

# ---- Python
python=
find_python() {
  local candidate brewed=
  python=
  ! has brew || brewed=$(brew --prefix)/bin/python3
  for candidate in ${PYTHON:-} $brewed python3 python3.14 python3.13 python3.12 python3.11; do
    has "$candidate" || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      python=$candidate
      return
    fi
  done
}

need_python() {
  die "需要 Python 3.11 或更高版本；这里的 python3 是：$(python3 --version 2>&1 || true)" \
      "Python 3.11 or newer is needed; python3 here is the one named above." \
      "  Ubuntu 22.04:  sudo apt-get install python3.11 python3.11-venv" \
      "  macOS:         brew install python" \
      "装好后再运行一次。也可以指定： / Then run this again, or name one:  PYTHON=/path/to/python3.11 bash setup.sh"
}

system_packages() {
  find_python
  [ -n "$python" ] || has brew || ! has python3 || need_python
  if has apt-get && has dpkg; then
    # libgs-common: Ghostscript's colour profiles (150 KB), for the press file
    set -- libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-lxgw-wenkai libgs-common
    if [ -z "$python" ]; then set -- "$@" python3 python3-venv
    elif ! "$python" -c 'import ensurepip' 2>/dev/null; then
      set -- "$@" "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    if [ "$kind" = dev ] && [ "${CI:-}" = true ]; then # elsewhere the tests that want these are skipped
      set -- "$@" libreoffice-writer-nogui poppler-utils qpdf ghostscript
      has npm || set -- "$@" nodejs npm
    fi
    apt_install "$@"
  elif has brew; then
    [ -n "$python" ] || brew_install python
    brew_install pango
  fi
  [ -n "$python" ] || find_python
  [ -n "$python" ] || need_python
}

# ---- .venv
wheels() {
  if ! "$venv/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf "$venv"
    "$python" -m venv "$venv" || die \
      "不能建立 Python 虚拟环境：Debian、Ubuntu 请安装 python3-venv。" \
      "Could not make a virtual environment: on Debian and Ubuntu install python3-venv."
  fi
  say "正在安装 Python 包 / installing Python packages: $lock"
  "$venv/bin/python" -m pip --disable-pip-version-check install -qq --require-hashes -r "$lock" || die \
    "Python 包没有装好：请检查网络后再运行一次。 / The Python packages could not be installed: check the network, run again."
  local fault
  fault=$("$venv/bin/python" -c 'import weasyprint' 2>&1) || {
    say "" "$(printf '%s\n' "$fault" | grep Error: || printf '%s\n' "$fault")"
    die "缺少 Pango 排版库，不能生成 PDF。 / The Pango libraries are missing; without them there is no PDF." \
      "  Debian, Ubuntu:  apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk" \
      "  Fedora:          dnf install pango google-noto-serif-cjk-fonts google-noto-sans-cjk-fonts" \
      "  macOS:           brew install python pango"
  }
}

# Microsoft's own Open XML rules for the Word files; a test is skipped where this is missing.
validator() {
  [ "$kind" = dev ] && [ "${CI:-}" = true ] || return 0
  npm install --prefix .ci --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null ||
    say "Open XML 校验器没有装上，有关测试将略过。 / The Open XML validator is missing; its tests are skipped."
}

if ! deps_fresh; then
  system_packages
  wheels
  validator
  wanted_deps "$lock" >"$venv/.$kind"
  rm -f "$venv/.code"
fi
if ! fresh "$venv/.code" "$(wanted_code)"; then
  "$venv/bin/python" -m pip --disable-pip-version-check install -qq --no-deps --no-build-isolation --no-index -e . || die \
    "程序没有装好，见上。 / The program itself could not be installed, see above."
  wanted_code >"$venv/.code"
fi
