using System.Collections;
using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Which images of an open page have an outcome, and which have been started.</summary>
internal sealed class OutcomePage(int first, int count)
{
    private readonly BitArray _settled = new(count);
    private readonly BitArray _started = new(count);

    public int Done { get; private set; }

    public int Failed { get; private set; }

    public long Points { get; private set; }

    /// <summary>Gets the bytes of the maps.</summary>
    public long Bytes { get; private set; }

    public bool IsSettled => Done + Failed == count;

    public bool HasUnstarted => !_started.HasAllSet();

    public bool IsSettledAt(int image) => _settled[image - first];

    public int FirstUnstarted
    {
        get
        {
            var at = 0;
            while (_started[at]) at++;
            return first + at;
        }
    }

    public void Start(int image) => _started[image - first] = true;

    public bool Settle(ImageOutcome outcome)
    {
        var at = outcome.Index - first;
        if (_settled[at]) return false;
        _settled[at] = _started[at] = true;
        if (outcome.State == ImageState.Done) Done++;
        else Failed++;
        Points += outcome.Points;
        Bytes += outcome.Compared.Append(outcome.Result).OfType<StoredExplanation>().Sum(MapBytes);
        return true;
    }

    private static long MapBytes(StoredExplanation result) =>
        result.Shape.Aggregate((long)sizeof(float), (bytes, d) => bytes * d) * (result.StandardErrorMap is null ? 1 : 2);
}
