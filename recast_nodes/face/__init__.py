"""The face by name, declared once for everybody: plain numbers and words, and nothing but the standard library.

anatomy         which landmarks of MediaPipe's 478-point mesh are what
"""
