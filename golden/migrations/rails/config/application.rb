require "rails"
require "active_record/railtie"

Bundler.require(*Rails.groups)

module Migrations
  class Application < Rails::Application
    config.load_defaults 8.1
  end
end
