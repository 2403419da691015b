HOME = "first"
