namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>
/// Copies of the image for total Sobol' indices, in rows. A row has two points A and B that do not depend on each other, and then for
/// each segment A with that segment's number from B. Numbers say how much of a segment is the image, the rest is the baseline. Rows
/// take turns in <see cref="Shifts"/> shifts of the sequence, which tell the error.
/// </summary>
/// <param name="Segments">How many segments there are.</param>
/// <param name="Seed">Seed of the request.</param>
/// <param name="ImageIndex">The image's index within its job.</param>
internal readonly record struct SobolDesign(int Segments, ulong Seed, uint ImageIndex)
{
    /// <summary>How many shifts there are.</summary>
    public const int Shifts = 8;

    /// <summary>Gets how many copies a row has.</summary>
    public int RowCopies => Segments + 2;

    /// <summary>Gets how much of each segment is there in a copy.</summary>
    public float[] Weights(int copy)
    {
        var (row, place) = Math.DivRem(copy, RowCopies);
        var sequence = new SobolSequence(2 * Segments, Seed, ImageIndex, row % Shifts);
        var weights = new float[Segments];
        for (var s = 0; s < weights.Length; s++)
        {
            var isOfB = place == 1 || place == s + 2;
            weights[s] = (float)sequence.Of(row / Shifts, isOfB ? Segments + s : s);
        }
        return weights;
    }
}
