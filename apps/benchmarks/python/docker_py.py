"""docker-py: docker_py.py, the work is named by the input."""

import docker

from contend import read_input, repeated

data = read_input()
client = docker.DockerClient(base_url="unix://" + data["socketPath"])


def inspect():
    client.api.inspect_container(data["id"])


def list_all():
    client.api.containers(all=True)


def cycle():
    container = client.api.create_container(data["image"], ["true"])
    client.api.start(container)
    client.api.wait(container)
    client.api.remove_container(container, v=True)


def execute():
    wish = client.api.exec_create(data["id"], ["echo", "hello"])
    output = client.api.exec_start(wish["Id"])
    assert output == b"hello\n" and client.api.exec_inspect(wish["Id"])["ExitCode"] == 0


repeated(data["calls"], {"inspect": inspect, "list": list_all, "cycle": cycle, "exec": execute}[data["work"]])
