defmodule Forum.MixProject do
  use Mix.Project

  def project do
    [app: :forum, version: "0.1.0", elixir: "~> 1.18", start_permanent: Mix.env() == :prod, deps: deps()]
  end

  def application, do: [mod: {Forum.Application, []}, extra_applications: [:logger]]

  defp deps do
    [{:phoenix, "~> 1.8"}, {:bandit, "~> 1.8"}, {:ecto_sql, "~> 3.13"}, {:postgrex, "~> 0.21"}, {:dns_cluster, "~> 0.2"}]
  end
end
