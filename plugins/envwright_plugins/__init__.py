"""The built-in plugins, a module each. Entry points bind them; the core never imports them."""
