package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	authentication "k8s.io/api/authentication/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

const (
	hostPrograms = "/host/opt/cni/bin"
	hostConfig   = "/host/etc/cni/net.d"
	credentials  = "calico-kubeconfig"
)

// install puts the CNI plugin, its configuration and its credentials on the node
// (cni-plugin/pkg/install/install.go).
func install() error {
	directory := or(os.Getenv("CNI_NET_DIR"), "/etc/cni/net.d")
	template := os.Getenv("CNI_NETWORK_CONFIG")
	if file := os.Getenv("CNI_NETWORK_CONFIG_FILE"); file != "" {
		bytes, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		template = string(bytes)
	}
	config := strings.NewReplacer(
		"__KUBERNETES_NODE_NAME__", os.Getenv("KUBERNETES_NODE_NAME"),
		"__KUBECONFIG_FILEPATH__", filepath.Join(directory, credentials),
		"__CNI_MTU__", or(os.Getenv("CNI_MTU"), "1500"),
		"__LOG_LEVEL__", or(os.Getenv("LOG_LEVEL"), "info"),
		"__DATASTORE_TYPE__", "kubernetes",
		"__KUBERNETES_SERVICE_HOST__", os.Getenv("KUBERNETES_SERVICE_HOST"),
		"__KUBERNETES_SERVICE_PORT__", os.Getenv("KUBERNETES_SERVICE_PORT"),
	).Replace(template)
	if !json.Valid([]byte(config)) {
		return fmt.Errorf("%s is not a valid json object", config)
	}
	program, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	if err := replaceFile(filepath.Join(hostPrograms, "calico"), program, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"loopback", "portmap"} {
		if err := os.Symlink("calico", filepath.Join(hostPrograms, name)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	if err := writeCredentials(filepath.Join(hostConfig, credentials)); err != nil {
		return err
	}
	name := or(os.Getenv("CNI_CONF_NAME"), "10-calico.conflist")
	return replaceFile(filepath.Join(hostConfig, name), []byte(config), 0o600)
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// replaceFile: nobody ever sees half of it.
func replaceFile(path string, content []byte, mode os.FileMode) error {
	if err := os.WriteFile(path+".new", content, mode); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// writeCredentials: a token of its own, as the one of this pod ends with the pod.
func writeCredentials(path string) error {
	clients, err := connect()
	if err != nil {
		return err
	}
	seconds := int64(24 * 60 * 60)
	request := &authentication.TokenRequest{Spec: authentication.TokenRequestSpec{ExpirationSeconds: &seconds}}
	answer, err := clients.typed.CoreV1().ServiceAccounts("kube-system").
		CreateToken(context.Background(), "calico-cni-plugin", request, meta.CreateOptions{})
	if err != nil {
		return err
	}
	authority, err := os.ReadFile(clients.config.CAFile)
	if err != nil {
		return err
	}
	config := api.NewConfig()
	config.Clusters["local"] = &api.Cluster{Server: clients.config.Host, CertificateAuthorityData: authority}
	config.AuthInfos["calico"] = &api.AuthInfo{Token: answer.Status.Token}
	config.Contexts["calico-context"] = &api.Context{Cluster: "local", AuthInfo: "calico"}
	config.CurrentContext = "calico-context"
	bytes, err := clientcmd.Write(*config)
	if err != nil {
		return err
	}
	return replaceFile(path, bytes, 0o600)
}
