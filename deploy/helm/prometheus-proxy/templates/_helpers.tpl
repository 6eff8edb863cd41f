{{- define "prometheus-proxy.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "prometheus-proxy.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "prometheus-proxy.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "prometheus-proxy.probes" -}}
startupProbe:
  httpGet: { path: /livez, port: admin }
  periodSeconds: 1
  failureThreshold: 30
livenessProbe:
  httpGet: { path: /livez, port: admin }
  periodSeconds: 10
  timeoutSeconds: 3
readinessProbe:
  httpGet: { path: /readyz, port: admin }
  periodSeconds: 2
  timeoutSeconds: 2
{{- end }}

{{- define "prometheus-proxy.proxyConfig" -}}
{{- $config := deepCopy .Values.proxy.config -}}
{{- if .Values.proxy.tls.secret -}}
{{- $tls := dict "certChainFilePath" "/etc/tls/tls.crt" "privateKeyFilePath" "/etc/tls/tls.key" -}}
{{- if .Values.proxy.tls.mutual }}{{ $_ := set $tls "trustCertCollectionFilePath" "/etc/tls/ca.crt" }}{{ end -}}
{{- $config = mergeOverwrite (dict "tls" $tls) $config -}}
{{- end -}}
{{- dict "proxy" $config | toPrettyJson -}}
{{- end }}

{{- define "prometheus-proxy.agentConfig" -}}
{{- $config := deepCopy .Values.agent.config -}}
{{- if .Values.agent.tls.secret -}}
{{- $tls := dict "enabled" true "trustCertCollectionFilePath" "/etc/tls/ca.crt" -}}
{{- if .Values.agent.tls.mutual }}{{ $_ := mergeOverwrite $tls (dict "certChainFilePath" "/etc/tls/tls.crt" "privateKeyFilePath" "/etc/tls/tls.key") }}{{ end -}}
{{- $config = mergeOverwrite (dict "tls" $tls) $config -}}
{{- end -}}
agent = {{ $config | toPrettyJson }}
{{ .Values.agent.hocon }}
{{- end }}
