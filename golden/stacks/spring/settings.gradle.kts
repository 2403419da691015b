rootProject.name = "spring"
