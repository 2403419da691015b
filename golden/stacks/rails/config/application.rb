require "rails"
require "action_controller/railtie"

class Shop < Rails::Application
  config.load_defaults 8.1
  routes.append { get "up", to: ->(_) { [200, {}, ["from rails"]] } }
end
