"""Files of ours: whole or not at all, no link followed, limits on strangers'.

atomic        files appear whole or not at all, and what killed processes left half written is swept away
limits        how much of a stranger's file is read at most: every limit, its name, and the variable that raises it
read_errors   what goes wrong while a text file is read, said in a sentence that names the file
safe_files    folders and files of our own beside a user's frames, which others may write to as well
text_encoding UTF-8, or UTF-16 where a table begins as such
user_key      a secret of this user's, by which files of ours are known that lie where others can write
"""
