package let projectVersion = "0.2.0"
