#!/usr/bin/env bash
# What the runs in this directory share: the peers that the tests use, steps, and the summary at the end. Sourced from the
# root of the repository.

readonly cache="$PWD/.cache"
readonly results="$cache/test-results.json"
export FAILED_TESTS="$cache/failed-tests.txt"
readonly prometheus3_module='github.com/prometheus/prometheus/cmd/prometheus@v0.316.0'
readonly promtool3_module='github.com/prometheus/prometheus/cmd/promtool@v0.316.0'
readonly grpcurl_module='github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4'
readonly helm_module='helm.sh/helm/v3/cmd/helm@v3.22.0'
readonly kubeconform_module='github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0'
readonly kubernetes_module='k8s.io/kubernetes@v1.34.2'
readonly prometheus3_tags='remove_all_sd,enable_http_sd,enable_file_sd,enable_dns_sd'
readonly packages=(prometheus prometheus-node-exporter nginx tinyproxy openssl faketime chromium)
# Seconds from the start in which tools may be built; those that are not built by then are named as skipped.
readonly prepare_limit_secs="${PREPARE_LIMIT_SECS:-420}"
skipped=()
failed_steps=()
failed_ends=()

say() { printf '\n==> %s\n' "$*"; }

# A step whose failure is kept for the end, so that one run tells everything that is wrong.
step() {
  say "$*"
  local log="$cache/step.log" startedAt=$SECONDS status=0
  "$@" 2>&1 | tee "$log" || status=$?
  local took="after $((SECONDS - startedAt)) s"
  if [[ $status -eq 0 ]]; then
    echo "done $took"
  else
    failed_steps+=("$*")
    failed_ends+=("status $status $took; the end of its output:"$'\n'"$(tail -n 8 "$log" | cut -c 1-300)")
  fi
}

is_installed() { [[ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" == *' installed' ]]; }

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
  [[ ${#missing[@]} -eq 0 ]] && return
  say "install ${missing[*]}"
  if [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null; then
    without_services apt_install "${missing[@]}"
  else
    echo 'only root on Debian can install them'
  fi
  for package in "${missing[@]}"; do is_installed "$package" || skipped+=("package $package"); done
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  local package
  for package; do
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null || echo "$package cannot be installed"
  done
}

# Debian starts what it installs, on the ports that people expect; the tests start their own.
without_services() {
  local policy=/usr/sbin/policy-rc.d
  [[ -e $policy ]] && { "$@"; return; }
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  local status=0
  "$@" || status=$?
  rm -f "$policy"
  return "$status"
}

# A tool that is built from its Go module, where it is not there already and while the time for preparing lasts.
build() {
  local name="$1" left=$((prepare_limit_secs - SECONDS))
  shift
  [[ -x $cache/bin/$name ]] && return
  if command -v go >/dev/null && [[ $left -gt 0 ]]; then
    say "build $name: $*"
    GOBIN="$cache/bin" timeout "$left" "$@" || true
  fi
  [[ -x $cache/bin/$name ]] && return
  skipped+=("$name (it could not be built, or not within $prepare_limit_secs s)")
  return 1
}

# What judges this project from outside, the most telling first; the tests find each by a variable.
build_tools() {
  if [[ ! -x ${PROMETHEUS3:-} ]] && build prometheus go install -tags "$prometheus3_tags" "$prometheus3_module"; then
    export PROMETHEUS3="$cache/bin/prometheus"
  fi
  if [[ ! -x ${PROMTOOL3:-} ]] && build promtool go install -tags "$prometheus3_tags" "$promtool3_module"; then
    export PROMTOOL3="$cache/bin/promtool"
  fi
  if [[ ! -x ${GRPCURL:-} ]] && build grpcurl go install "$grpcurl_module"; then
    export GRPCURL="$cache/bin/grpcurl"
  fi
  if build helm go install "$helm_module"; then export HELM="$cache/bin/helm"; fi
  if build kubeconform go install "$kubeconform_module"; then
    if kubernetes_schemas; then
      export KUBECONFORM="$cache/bin/kubeconform" KUBERNETES_SCHEMAS="$cache/kubernetes-schemas"
    else
      skipped+=('kubeconform (the schemas of Kubernetes could not be had)')
    fi
  fi
  # What the pages have kubectl make is made by it; it shares what it is compiled from with helm.
  if build kubectl go build -C .ci/kubectl -o "$cache/bin/kubectl" .; then export KUBECTL="$cache/bin/kubectl"; fi
  # Compose files, dashboards and Dockerfiles are judged by the parsers of Docker Compose, Grafana and BuildKit.
  local name
  for name in check-compose check-dashboard check-dockerfile; do
    build "$name" go install -C .ci/checks "./$name" || true
  done
}

# What would check more, and is in no registry that this needs otherwise.
name_absent() {
  docker info >/dev/null 2>&1 || skipped+=('docker build, docker compose up (no container engine answers)')
  command -v hadolint >/dev/null || skipped+=("hadolint (not installed; BuildKit's own linter runs instead)")
  command -v grafana >/dev/null || skipped+=("Grafana itself (not installed; the dashboards are checked with its schemas)")
}

kubernetes_schemas() {
  [[ -e $cache/kubernetes-schemas/_definitions.json ]] && return
  say "schemas of $kubernetes_module"
  local folder
  folder=$(cd "$cache" && go mod download -json "$kubernetes_module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p') || return 1
  node .ci/kubernetes-schemas.js "$folder/api/openapi-spec/swagger.json" "$cache/kubernetes-schemas"
}

# Everything that the tests need, installed or named as skipped.
prepare() {
  mkdir -p "$cache"
  install_packages
  build_tools
  name_absent
  say 'npm ci, without the scripts of packages'
  npm ci --no-audit --no-fund --ignore-scripts
}

# Known vulnerabilities of what is installed with the programs, where the registry tells of them.
audit() {
  say 'npm audit'
  local report
  if report=$(npm audit --omit=dev --audit-level=high 2>&1); then
    tail -n 3 <<<"$report"
  elif grep -qiE 'audit endpoint|ENOAUDIT|not implemented|E(40[0-9]|50[0-9])|network|ENOTFOUND|ECONNREFUSED' <<<"$report"; then
    skipped+=('npm audit (the registry does not answer it)')
  else
    echo "$report"
    failed_steps+=('npm audit')
  fi
}

# Short, with what failed and why at its end: where a run is elsewhere, the last lines are all that is seen of it.
summary() {
  say 'summary'
  local what index
  for what in ${skipped[@]+"${skipped[@]}"}; do echo "skipped: $what"; done
  for index in ${failed_steps[@]+"${!failed_steps[@]}"}; do
    echo "failed: ${failed_steps[index]}"
    echo "${failed_ends[index]}"
  done
  if [[ -s $FAILED_TESTS ]]; then
    head -n 45 "$FAILED_TESTS"
    echo "all of it: ${FAILED_TESTS#"$PWD/"}, $(grep -c '^FAILED' "$FAILED_TESTS") failed"
  fi
  node .ci/count-tests.js "$results" "${#failed_steps[@]}"
  [[ ${#failed_steps[@]} -eq 0 ]]
}
