"""How good an edit is: numbers of every frame, and the page that shows them."""
