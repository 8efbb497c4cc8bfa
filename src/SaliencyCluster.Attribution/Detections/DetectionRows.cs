namespace SaliencyCluster.Attribution.Detections;

/// <summary>What a detector says of one image: a box per row and a score per row and class.</summary>
/// <param name="Boxes">The boxes, in pixels of the model's input.</param>
/// <param name="Scores">Score of row r and class c at <c>r * Classes + c</c>: probability, times objectness where there is one.</param>
/// <param name="Classes">Number of class scores of a row.</param>
/// <param name="Read">How the numbers were read, in words.</param>
internal sealed record DetectionRows(Box[] Boxes, float[] Scores, int Classes, string Read)
{
    /// <summary>Gets the class that is a background and no detection; null where there is none.</summary>
    public int? Background { get; init; }

    /// <summary>Gets the class of every row, of detectors that have chosen one before; null where every row has a score per
    /// class.</summary>
    public int[]? ClassIds { get; init; }

    /// <summary>Gets the objectness of every row; null where the head has none.</summary>
    public float[]? Objectness { get; init; }

    /// <summary>Gets the words of a head that read other numbers in the same way.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Gets the index of a score in the explained output.</summary>
    public required Func<int, int, string> Target { get; init; }

    /// <summary>The best class of a row that is no background, and its score.</summary>
    public (int Class, float Score) Best(int row)
    {
        if (ClassIds is not null) return (ClassIds[row], Scores[row]);
        var best = (Class: -1, Score: float.NegativeInfinity);
        for (var c = 0; c < Classes; c++)
            if (c != Background && Scores[row * Classes + c] > best.Score) best = (c, Scores[row * Classes + c]);
        return best;
    }

    /// <summary>How sure it is that a row shows anything: its objectness, else what its background leaves, else its best class.</summary>
    public double Shows(int row) => ClassIds is not null ? Scores[row] : Objectness is not null ? Objectness[row]
        : Background is { } none ? 1 - Scores[row * Classes + none] : Math.Max(0, Best(row).Score);

    /// <summary>The scores of a row, one for each class that is no background; where the row has chosen one, 1 for that.</summary>
    public double[] Profile(int row) => ClassIds is not null
        ? [.. Enumerable.Range(0, ClassIds[row] + 1).Select(c => c == ClassIds[row] ? 1.0 : 0)]
        : [.. Enumerable.Range(0, Classes).Where(c => c != Background).Select(c => (double)Scores[row * Classes + c])];

    /// <summary>The score of a row for a class.</summary>
    public float Of(int row, int @class) => ClassIds is null ? Scores[row * Classes + @class] : ClassIds[row] == @class ? Scores[row] : 0;
}
