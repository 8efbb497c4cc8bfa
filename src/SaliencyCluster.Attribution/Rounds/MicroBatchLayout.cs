namespace SaliencyCluster.Attribution.Rounds;

/// <summary>
/// How the points of a round are laid out in micro-batches. Usually one after another. Where samples of several points
/// must be told apart (squares per sample, maps per point), each row of the <c>weight</c> input holds one sample; a sample
/// larger than a micro-batch starts a new one.
/// </summary>
public readonly record struct MicroBatchLayout
{
    private readonly int _batch;

    /// <summary>Lays out a round.</summary>
    public MicroBatchLayout(Round round)
    {
        _batch = round.MicroBatch;
        var each = round.Reduction != PointReduction.WeightedSum;
        SquaresOnDevice = !each && round.PointsPerSample == 1;
        SamplePoints = each || !round.Squares ? 1 : round.PointsPerSample;
        var apart = each || (round.Squares && round.PointsPerSample > 1);
        Rows = apart ? Math.Max(1, _batch / SamplePoints) : 1;
        BatchesPerSample = (SamplePoints + _batch - 1) / _batch;
        PointsPerBatch = !apart ? _batch : BatchesPerSample > 1 ? _batch : Rows * SamplePoints;
    }

    /// <summary>Gets the rows of the <c>weight</c> input: samples that one micro-batch tells apart.</summary>
    public int Rows { get; }

    /// <summary>Gets whether the graph itself sums the squares.</summary>
    public bool SquaresOnDevice { get; }

    /// <summary>Gets how many points make a row.</summary>
    public int SamplePoints { get; }

    /// <summary>Gets how many micro-batches one sample takes; above 1 only where a sample is larger than a micro-batch.</summary>
    public int BatchesPerSample { get; }

    /// <summary>Gets how many points a full micro-batch holds.</summary>
    public int PointsPerBatch { get; }

    /// <summary>Cuts a range of points, which starts at a sample's start, into micro-batches.</summary>
    /// <returns>First point and count of each, relative to the range.</returns>
    public IEnumerable<(int First, int Count)> Cut(int points)
    {
        for (var sample = 0; sample < points;)
        {
            var end = BatchesPerSample > 1 ? Math.Min(sample + SamplePoints, points) : points;
            for (; sample < end; sample += Math.Min(PointsPerBatch, end - sample))
                yield return (sample, Math.Min(PointsPerBatch, end - sample));
        }
    }
}
