"""Apache Libcloud's Docker driver: the work is named by the input. It speaks TCP only, hence through a relay."""

from libcloud.container.base import ContainerImage
from libcloud.container.providers import get_driver
from libcloud.container.types import Provider

from contend import read_input, repeated

data = read_input()
driver = get_driver(Provider.DOCKER)(host="http://127.0.0.1", port=data["port"], secure=False)


def inspect():
    driver.get_container(data["id"])


def list_all():
    driver.list_containers(all=True)


repeated(data["calls"], {"inspect": inspect, "list": list_all}[data["work"]])
