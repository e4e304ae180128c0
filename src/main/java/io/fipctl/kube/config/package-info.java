/** Which server a run talks to and as whom: kubeconfig, credentials, proxies, certificates. */
package io.fipctl.kube.config;
