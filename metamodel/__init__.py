"""What an application is: definitions, expressions, validation, diff and bundle; pure, it runs nothing."""
