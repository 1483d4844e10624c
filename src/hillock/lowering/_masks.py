"""From bit masks to events: the bits that are set, counted, and listed by row, then column."""

TEXT = """
declare i64 @llvm.ctpop.i64(i64)
declare i64 @llvm.cttz.i64(i64, i1 immarg)

define void @count(ptr noalias %masks, i64 %words, ptr noalias %total) {
entry:
  br label %loop
loop:
  %k = phi i64 [ 0, %entry ], [ %k1, %loop ]
  %sum = phi i64 [ 0, %entry ], [ %sum1, %loop ]
  %at = getelementptr i64, ptr %masks, i64 %k
  %word = load i64, ptr %at
  %set = call i64 @llvm.ctpop.i64(i64 %word)
  %sum1 = add i64 %sum, %set
  %k1 = add i64 %k, 1
  %more = icmp slt i64 %k1, %words
  br i1 %more, label %loop, label %end
end:
  store i64 %sum1, ptr %total
  ret void
}

define void @list(ptr noalias %masks, i64 %rows, i64 %words, i64 %columns, i64 %first, ptr noalias %out_rows, ptr noalias %out_columns, ptr noalias %total) {
entry:
  br label %row
row:
  %r = phi i64 [ 0, %entry ], [ %r1, %row_done ]
  %n_row = phi i64 [ 0, %entry ], [ %n_last, %row_done ]
  %start = mul i64 %r, %words
  %number = add i64 %r, %first
  br label %word
word:
  %w = phi i64 [ 0, %row ], [ %w1, %word_done ]
  %n_word = phi i64 [ %n_row, %row ], [ %n_last, %word_done ]
  %index = add i64 %start, %w
  %at = getelementptr i64, ptr %masks, i64 %index
  %bits = load i64, ptr %at
  %base = shl i64 %w, 6
  %none = icmp eq i64 %bits, 0
  br i1 %none, label %word_done, label %bit
bit:
  %left = phi i64 [ %bits, %word ], [ %left1, %kept ]
  %n = phi i64 [ %n_word, %word ], [ %n1, %kept ]
  %position = call i64 @llvm.cttz.i64(i64 %left, i1 true)
  %column = add i64 %base, %position
  %inside = icmp slt i64 %column, %columns
  br i1 %inside, label %keep, label %kept
keep:
  %to_row = getelementptr i64, ptr %out_rows, i64 %n
  store i64 %number, ptr %to_row
  %column32 = trunc i64 %column to i32
  %to_column = getelementptr i32, ptr %out_columns, i64 %n
  store i32 %column32, ptr %to_column
  br label %kept
kept:
  %one = zext i1 %inside to i64
  %n1 = add i64 %n, %one
  %lower = sub i64 %left, 1
  %left1 = and i64 %left, %lower
  %again = icmp ne i64 %left1, 0
  br i1 %again, label %bit, label %word_done
word_done:
  %n_last = phi i64 [ %n_word, %word ], [ %n1, %kept ]
  %w1 = add i64 %w, 1
  %more_words = icmp slt i64 %w1, %words
  br i1 %more_words, label %word, label %row_done
row_done:
  %r1 = add i64 %r, 1
  %more_rows = icmp slt i64 %r1, %rows
  br i1 %more_rows, label %row, label %end
end:
  store i64 %n_last, ptr %total
  ret void
}
"""
