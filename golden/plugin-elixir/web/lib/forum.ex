defmodule Forum.Application do
  use Application

  def start(_type, _args) do
    children = [{DNSCluster, query: System.get_env("DNS_CLUSTER_QUERY") || :ignore}]
    Supervisor.start_link(children, strategy: :one_for_one)
  end
end
