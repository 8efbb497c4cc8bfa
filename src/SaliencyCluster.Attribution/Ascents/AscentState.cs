using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Ascents;

/// <summary>
/// Where an ascent is: parameters, the two means of Adam, and the images of some steps. Kept as one result whose tensor is
/// <c>[3 + frames, ..image]</c> and whose scores are those of the steps so far, so that a checkpoint holds it to the bit.
/// </summary>
internal sealed class AscentState
{
    // Kingma and Ba's, 2015, https://arxiv.org/abs/1412.6980.
    private const double First = 0.9, Second = 0.999, Tiny = 1e-8;

    private const int Stream = 10; // of the counter, see docs/noise.md

    private readonly Tensor _values;
    private readonly int _size;

    private AscentState(Tensor values, float[] scores)
    {
        (_values, Scores) = (values, scores);
        _size = values.Data.Length / values.Shape[0];
    }

    /// <summary>Gets the score of each step so far: the mean of its copies.</summary>
    public float[] Scores { get; }

    /// <summary>Gets the parameters.</summary>
    public ReadOnlySpan<float> Parameters => Part(0);

    /// <summary>Begins with normal parameters.</summary>
    public static AscentState Start(AscentSpec spec, int[] shape, int steps, ulong seed, uint image)
    {
        var values = Tensor.Zeros([3 + AscentSpec.FrameSteps(steps).Length, .. shape]);
        var size = values.Data.Length / values.Shape[0];
        for (var i = 0; i < size; i += 4)
        {
            var (r0, r1, r2, r3) = Philox.Block((uint)(i / 4), 0, image, Stream, (uint)seed, (uint)(seed >> 32));
            Normals(r0, r1, i);
            Normals(r2, r3, i + 2);
        }
        return new(values, []);

        void Normals(uint a, uint b, int at)
        {
            var radius = spec.Start * Math.Sqrt(-2 * Math.Log((a + 0.5) / 4294967296));
            var angle = 2 * Math.PI * ((b + 0.5) / 4294967296);
            if (at < size) values.Data[at] = (float)(radius * Math.Cos(angle));
            if (at + 1 < size) values.Data[at + 1] = (float)(radius * Math.Sin(angle));
        }
    }

    /// <summary>Reads what <see cref="Kept"/> gave.</summary>
    public static AscentState Of(RoundResult kept) => new(kept.Sum!, kept.Scores);

    /// <summary>Gets the state as a result.</summary>
    public RoundResult Kept() => new(_values, null, Scores, null);

    /// <summary>Takes one step against a descent direction's opposite: up along the gradient.</summary>
    /// <param name="spec">How.</param>
    /// <param name="steps">Number of steps in all.</param>
    /// <param name="gradient">The gradient at the parameters.</param>
    /// <param name="score">The score of this step.</param>
    /// <param name="image">The image before it; kept where the step is a frame.</param>
    /// <returns>The state after it; this one is unchanged.</returns>
    public AscentState Step(AscentSpec spec, int steps, double[] gradient, float score, ReadOnlySpan<float> image)
    {
        var next = new AscentState(new(_values.Shape, [.. _values.Data]), [.. Scores, score]);
        var step = Scores.Length;
        var frame = Array.IndexOf(AscentSpec.FrameSteps(steps), step);
        if (frame >= 0) image.CopyTo(next.Part(3 + frame));
        double first = 1, second = 1;
        for (var i = 0; i <= step; i++) (first, second) = (first * First, second * Second);
        var rate = spec.Rate * (1 - (0.9 * step / steps));
        var parameters = next.Part(0);
        var means = next.Part(1);
        var squares = next.Part(2);
        for (var i = 0; i < _size; i++)
        {
            means[i] = (float)((First * means[i]) + ((1 - First) * gradient[i]));
            squares[i] = (float)((Second * squares[i]) + ((1 - Second) * gradient[i] * gradient[i]));
            parameters[i] = (float)(parameters[i] + (rate * (means[i] / (1 - first)) / (Math.Sqrt(squares[i] / (1 - second)) + Tiny)));
        }
        return next;
    }

    /// <summary>Gets the frames that there are, and the image now as the last of them.</summary>
    /// <param name="steps">Number of steps in all.</param>
    /// <param name="now">The image now.</param>
    /// <returns><c>[frames, ..image]</c>.</returns>
    public Tensor Frames(int steps, Tensor now)
    {
        var taken = AscentSpec.FrameSteps(steps).Count(s => s < Scores.Length);
        return new([taken + 1, .. now.Shape], [.. _values.Data.AsSpan(3 * _size, taken * _size), .. now.Data]);
    }

    private Span<float> Part(int index) => _values.Data.AsSpan(index * _size, _size);
}
