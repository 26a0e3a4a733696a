package let projectVersion = "0.1.0"
