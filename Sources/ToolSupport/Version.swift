package let projectVersion = "0.3.0"
