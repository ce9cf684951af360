"""The app in a browser: FastAPI, Gradio pages, security headers."""
