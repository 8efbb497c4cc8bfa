namespace SaliencyCluster.Attribution.Detections;

/// <summary>
/// How like a detection anything is that a detector says of another image: the greatest product, over all of its rows, of intersection
/// over union, cosine of class scores, and how sure the row is that it shows anything (Petsiuk et al., 2021).
/// </summary>
/// <remarks>
/// Plain data that round-trips through System.Text.Json. Suppression of overlapping rows would change nothing: the greatest stays.
/// </remarks>
/// <param name="Head">How outputs are read, every word said, so that a masked image is read as the image itself.</param>
/// <param name="Shapes">Shapes of the head's outputs without batch, in its order.</param>
/// <param name="Height">Rows of the model's input.</param>
/// <param name="Width">Columns of the model's input.</param>
/// <param name="Box">The detection's box in pixels of the model's input.</param>
/// <param name="Profile">Its class scores, no background among them.</param>
/// <param name="Own">How like itself it is: how sure its row is.</param>
public sealed record DetectionSimilarity(
    DetectionHead Head, IReadOnlyList<IReadOnlyList<long>> Shapes, int Height, int Width, Box Box, IReadOnlyList<double> Profile,
    double Own)
{
    /// <summary>The similarity of what the head's outputs say, one behind the other.</summary>
    public float Of(ReadOnlySpan<float> outputs)
    {
        var looks = new List<HeadReader.Look>();
        foreach (var shape in Shapes)
        {
            var size = (int)shape.Aggregate(1L, (n, d) => n * d);
            looks.Add(new(outputs[..size].ToArray(), shape));
            outputs = outputs[size..];
        }
        var rows = HeadReader.Read(Head, looks, Height, Width);
        var most = 0.0;
        for (var r = 0; r < rows.Boxes.Length; r++)
        {
            var shared = Box.Iou(rows.Boxes[r]);
            // Most rows are elsewhere.
            if (shared > most) most = Math.Max(most, shared * rows.Shows(r) * Cosine(Profile, rows.Profile(r)));
        }
        return (float)most;
    }

    private static double Cosine(IReadOnlyList<double> a, double[] b)
    {
        double product = 0, first = 0, second = 0;
        for (var i = 0; i < Math.Max(a.Count, b.Length); i++)
        {
            var (x, y) = (i < a.Count ? a[i] : 0, i < b.Length ? b[i] : 0);
            (product, first, second) = (product + x * y, first + x * x, second + y * y);
        }
        return first > 0 && second > 0 ? product / Math.Sqrt(first * second) : 0;
    }
}
