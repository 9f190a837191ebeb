"""The control-flow patterns of Russell, ter Hofstede, van der Aalst and Mulyar (2006), each as a flow with its trace."""
