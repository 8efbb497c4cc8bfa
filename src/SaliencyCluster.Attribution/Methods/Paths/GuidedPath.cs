namespace SaliencyCluster.Attribution.Methods.Paths;

/// <summary>A path from baseline to image on which the values with the smallest gradients move first.</summary>
/// <remarks>Kapishnikov et al., 2021, https://arxiv.org/abs/2106.09788, in terms of each value's share of its own way.</remarks>
internal sealed class GuidedPath
{
    // The authors' choices: the share of values that move at once, and how far a value may be from the straight line.
    private const double Fraction = 0.25, MaximumDistance = 0.02;

    private readonly Tensor _baseline;
    private readonly double[] _way;
    private readonly double[] _share;
    private readonly double[] _map;
    private readonly double _length;
    private readonly int _steps;

    public GuidedPath(Tensor image, Tensor baseline, int steps)
    {
        (_baseline, _steps) = (baseline, steps);
        _way = [.. image.Data.Zip(baseline.Data, (x, b) => (double)x - b)];
        (_share, _map) = (new double[_way.Length], new double[_way.Length]);
        _length = _way.Sum(Math.Abs);
    }

    /// <summary>Gets the number of steps taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Gets the place that the path has reached.</summary>
    public Tensor Place() => new(_baseline.Shape, [.. _way.Select((way, i) => (float)(_baseline.Data[i] + _share[i] * way))]);

    /// <summary>Gets the map so far.</summary>
    public Tensor Map() => new(_baseline.Shape, Array.ConvertAll(_map, v => (float)v));

    /// <summary>Takes one step with the gradient at the current place.</summary>
    public void Step(float[] gradient)
    {
        Taken++;
        var share = (double)Taken / _steps;
        var (least, most) = (Math.Max(share - MaximumDistance, 0), Math.Min(share + MaximumDistance, 1));
        for (var i = 0; i < _share.Length; i++) Move(i, Math.Max(_share[i], least), gradient);
        // What is left to go is settled beforehand for each step, so the path arrives whatever the gradients are.
        for (var excess = Excess(share); excess > 1e-9 * _length; excess = Excess(share))
        {
            var chosen = Smallest(gradient, most);
            var reach = chosen.Sum(i => Math.Abs(_way[i]) * (most - _share[i]));
            var part = Math.Min(1, excess / reach);
            foreach (var i in chosen) Move(i, _share[i] + part * (most - _share[i]), gradient);
            if (part < 1) break;
        }
    }

    private double Excess(double share) => _way.Select((way, i) => Math.Abs(way) * (1 - _share[i])).Sum() - _length * (1 - share);

    private void Move(int i, double to, float[] gradient)
    {
        _map[i] += (to - _share[i]) * _way[i] * gradient[i];
        _share[i] = to;
    }

    /// <summary>The values that can still move, up to the quantile of the gradients' magnitudes over all values.</summary>
    private int[] Smallest(float[] gradient, double most)
    {
        var free = Enumerable.Range(0, _way.Length).Where(i => _way[i] != 0 && _share[i] < most).OrderBy(i => Math.Abs(gradient[i])).ToArray();
        var last = Math.Min((int)(Fraction * (_way.Length - 1)), free.Length - 1);
        var threshold = Math.Abs(gradient[free[last]]);
        return [.. free.TakeWhile(i => Math.Abs(gradient[i]) <= threshold)];
    }
}
