#!/usr/bin/env python3
"""Measures how long fipctl takes from a cold start, side by side with kubectl.

Commands are run in turn (A B C D, A B C D, ...), so that whatever else the machine does hits all of
them alike, and each is divided by the kubectl command of the same round: compare the ratios, not
the milliseconds of different days.
"""

import argparse
import base64
import http.server
import json
import os
import pathlib
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

PODS = 50
VERSION_LIMIT = 4.0
LIST_LIMIT = 8.0


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        if options.kubeconfig:
            return measure(options, options.kubeconfig)
        with StubServer(pathlib.Path(scratch)) as server:
            return measure(options, server.kubeconfig)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = pathlib.Path(__file__).resolve()
    parser.add_argument("--fipctl", default=str(here.parents[2] / "fipctl"))
    parser.add_argument("--kubectl", default="kubectl", help="a plain kubectl binary")
    parser.add_argument("--kubeconfig", help="a cluster; without one, 50 pods on a stub with TLS")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--warm-up", type=int, default=2, help="rounds that do not count")
    parser.add_argument("--no-limits", action="store_true", help="measure only")
    return parser.parse_args()


def measure(options, kubeconfig):
    environment = dict(os.environ, KUBECONFIG=str(kubeconfig))
    # command, whom it is compared with, limit of that ratio
    kubectl_version = [options.kubectl, "version", "--client"]
    kubectl_list = [options.kubectl, "get", "pods", "-A"]
    commands = [
        (kubectl_version, kubectl_version, None),
        ([options.fipctl, "version"], kubectl_version, VERSION_LIMIT),
        (kubectl_list, kubectl_list, None),
        ([options.fipctl, "list", "-A"], kubectl_list, LIST_LIMIT),
    ]
    wait_for_start_up_cache(options.fipctl, environment)
    runs = {tuple(command): [] for command, _, _ in commands}
    for number in range(options.warm_up + options.rounds):
        for command, _, _ in commands:
            run = timed(command, environment)
            if number >= options.warm_up:
                runs[tuple(command)].append(run)

    missed = []
    print(f"{'command':<32}{'median ms':>10}{'CPU ms':>8}{'RSS MiB':>9}{'x kubectl':>11}{'limit':>7}")
    for command, yardstick, limit in commands:
        own = runs[tuple(command)]
        ratio = statistics.median(
            run.wall / other.wall for run, other in zip(own, runs[tuple(yardstick)]))
        name = " ".join([pathlib.Path(command[0]).name] + command[1:])
        print(f"{name:<32}{median(own, 'wall') * 1000:>10.0f}{median(own, 'cpu') * 1000:>8.0f}"
              f"{median(own, 'rss'):>9.0f}{ratio:>11.2f}{limit or '':>7}")
        if limit and ratio > limit:
            missed.append(name)
    if missed and not options.no_limits:
        sys.exit("over the limit: " + ", ".join(missed))


def wait_for_start_up_cache(fipctl, environment):
    """The first use makes fipctl's cache in the background; a training run would be measured too."""
    if os.environ.get("FIPCTL_CACHE") == "off":
        return
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    caches = pathlib.Path(os.environ.get("FIPCTL_CACHE") or os.path.join(base, "fipctl"))
    begun = time.time()
    timed([fipctl, "version"], environment)
    while time.time() < begun + 60:
        time.sleep(1)
        if list(caches.glob("*.aot")) and not list(caches.glob("*.attempt")):
            return
    print(f"note: no start-up cache was made in {caches}", file=sys.stderr)


class Run:
    def __init__(self, wall, usage):
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        # Linux counts in KiB, macOS in bytes.
        self.rss = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


def timed(command, environment):
    """One process, from its start until it is reaped; a command that fails has no speed."""
    with tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            sys.exit(f"{' '.join(command)} exited {process.returncode}: {errors.read().decode()}")
    return Run(wall, usage)


class StubServer:
    """An API server with fifty pods, reached as kubeadm's is: TLS, an authority, a client key."""

    def __init__(self, scratch):
        self.scratch = scratch
        make_keys(scratch)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(scratch / "server.crt", scratch / "server.key")
        tls.load_verify_locations(scratch / "ca.crt")
        tls.verify_mode = ssl.CERT_REQUIRED
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StubHandler)
        self.server.socket = tls.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.kubeconfig = scratch / "config"
        self.kubeconfig.write_text(json.dumps(self.config()))

    def config(self):
        def data(name):
            return base64.b64encode((self.scratch / name).read_bytes()).decode()

        url = f"https://127.0.0.1:{self.server.server_address[1]}"
        cluster = {"server": url, "certificate-authority-data": data("ca.crt")}
        user = {"client-certificate-data": data("client.crt"), "client-key-data": data("client.key")}
        return {
            "apiVersion": "v1", "kind": "Config", "current-context": "stub",
            "contexts": [{"name": "stub", "context": {"cluster": "stub", "user": "stub"}}],
            "clusters": [{"name": "stub", "cluster": cluster}],
            "users": [{"name": "stub", "user": user}],
        }

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def make_keys(scratch):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=scratch, check=True, stderr=subprocess.DEVNULL)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=ca",
            "-keyout", "ca.key", "-out", "ca.crt", "-addext", "keyUsage=keyCertSign")
    for name in "server", "client":
        (scratch / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "1", "-extfile", f"{name}.ext", "-out", f"{name}.crt")


def pod(number):
    address = f"10.244.0.{number}"
    return {
        "metadata": {
            "name": f"web-{number}", "namespace": "default", "uid": f"uid-{number}",
            "resourceVersion": str(number), "creationTimestamp": "2026-01-01T00:00:00Z",
            "labels": {"app": "web"},
            "annotations": {"cni.projectcalico.org/podIP": f"{address}/32",
                            "cni.projectcalico.org/floatingIPs": f'["203.0.113.{number}"]'},
            # Real pods carry some 2 KB of this, which every client has to read past.
            "managedFields": [{"manager": "kubelet", "operation": "Update", "apiVersion": "v1",
                               "fieldsType": "FieldsV1",
                               "fieldsV1": {f"f:field-{i}": {"f:value": {}} for i in range(60)}}],
        },
        "spec": {"nodeName": "node-1", "containers": [{"name": "web", "image": "web:1"}]},
        "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}],
                   "conditions": [{"type": "Ready", "status": "True"}],
                   "containerStatuses": [{"name": "web", "ready": True, "restartCount": 0}]},
    }


def resources(group_version, *names):
    return {"kind": "APIResourceList", "groupVersion": group_version, "resources": [
        {"name": name, "singularName": "", "namespaced": namespaced, "kind": kind,
         "verbs": ["get", "list"]} for name, kind, namespaced in names]}


def listing(items):
    return {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"},
            "items": items}


CALICO = "crd.projectcalico.org/v1"
CALICO_VERSION = {"groupVersion": CALICO, "version": "v1"}
POD_LIST = dict(listing([pod(number) for number in range(PODS)]), kind="PodList")
ANSWERS = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
        {"name": "crd.projectcalico.org", "versions": [CALICO_VERSION],
         "preferredVersion": CALICO_VERSION}]},
    "/api/v1": resources("v1", ("pods", "Pod", True)),
    f"/apis/{CALICO}": resources(CALICO, ("ippools", "IPPool", False)),
    "/api/v1/pods": POD_LIST,
    f"/apis/{CALICO}/ippools": listing([
        {"apiVersion": CALICO, "kind": "IPPool", "metadata": {"name": "floating"},
         "spec": {"cidr": "203.0.113.0/24", "disabled": True}}]),
}
BODIES = {path: json.dumps(answer).encode() for path, answer in ANSWERS.items()}


def as_table(pods):
    """What kubectl asks for, and a real server answers: rows, with each pod's metadata."""
    names = "Name", "Ready", "Status", "Restarts", "Age"
    return {
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": "1"},
        "columnDefinitions": [{"name": name, "type": "string", "format": "", "description": "",
                               "priority": 0} for name in names],
        "rows": [{"cells": [one["metadata"]["name"], "1/1", "Running", "0", "1d"],
                  "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
                             "metadata": one["metadata"]}} for one in pods["items"]],
    }


TABLE = json.dumps(as_table(POD_LIST)).encode()


class StubHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        # The body goes out with the header, not after the client has acknowledged that.
        self.wbufsize = -1
        super().setup()

    def do_GET(self):
        path = self.path.split("?")[0]
        body = BODIES.get(path)
        if path == "/api/v1/pods" and "as=Table" in self.headers.get("Accept", ""):
            body = TABLE
        self.answer(200, json.dumps(listing([])).encode() if body is None else body)

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.answer(201, json.dumps(dict(request, status={"allowed": True})).encode())

    def answer(self, code, body):
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    main()
