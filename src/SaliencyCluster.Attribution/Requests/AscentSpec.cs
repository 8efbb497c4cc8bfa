using System.Globalization;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>What an ascent changes.</summary>
public enum AscentBasis
{
    /// <summary>Fourier coefficients, each divided by its frequency.</summary>
    Fourier,

    /// <summary>Pixels.</summary>
    Pixel,

    /// <summary>Phases of Fourier coefficients whose magnitudes stay (MaCo).</summary>
    Maco,
}

/// <summary>How an image is drawn by gradient ascent; the value of the option <c>ascent</c>, <c>KEY=VALUE,..</c>.</summary>
public sealed record AscentSpec
{
    /// <summary>Gets what is changed.</summary>
    /// <value><c>basis=fourier</c>, <c>basis=pixel</c> or <c>basis=maco</c>. The default is <c>fourier</c>.</value>
    public AscentBasis Basis { get; init; }

    /// <summary>Gets how far a step of Adam changes each parameter at first; falls linearly to a tenth at the end.</summary>
    /// <value>Above 0 and at most 10. The default is 0.05.</value>
    public double Rate { get; init; } = 0.05;

    /// <summary>Gets the standard deviation of the normal parameters that an ascent starts from; of phases in radians.</summary>
    /// <value>From 0 to 10. The default is 0.01, of phases 3.</value>
    public double Start { get; init; } = 0.01;

    /// <summary>Gets how many moved, enlarged and turned copies of the image each step looks at.</summary>
    /// <value>From 1 to 64. The default is 1.</value>
    public int Copies { get; init; } = 1;

    /// <summary>Gets by how many pixels a copy is moved at most, up or down and left or right.</summary>
    /// <value>From 0 to 1024.</value>
    public int Jitter { get; init; }

    /// <summary>Gets by which share of its size a copy is larger or smaller at most.</summary>
    /// <value>From 0 to 0.9.</value>
    public double Zoom { get; init; }

    /// <summary>Gets by how many degrees a copy is turned at most.</summary>
    /// <value>From 0 to 180.</value>
    public double Turn { get; init; }

    /// <summary>Gets what the total variation weighs: the mean length of the difference of neighbours, in shares of the range.</summary>
    /// <value>From 0 to 1000000.</value>
    public double TotalVariation { get; init; }

    /// <summary>Gets what the mean squared distance from the middle of the range weighs.</summary>
    /// <value>From 0 to 1000000.</value>
    public double Square { get; init; }

    /// <summary>Gets whether a class's probability is aimed at, not its score alone: others must then be unlikely.</summary>
    /// <value><c>aim=probability</c> or <c>aim=score</c>.</value>
    public bool Probability { get; init; }

    /// <summary>Gets whether parameters are uncorrelated colours; read where the image has three channels.</summary>
    public bool Colours { get; init; } = true;

    /// <summary>Gets the least and the greatest value of the model's input: one for all channels, or one for each.</summary>
    public IReadOnlyList<(double Low, double High)> Range { get; init; } = [];

    /// <summary>What the option may be, in words.</summary>
    public const string Words = "`KEY=VALUE,..`: `range=LOW:HIGH` of the prepared image, or one with `/` between for each channel; "
        + "`aim` score or probability, `basis` fourier, pixel or maco, `colours` true or false, `rate` above 0 to 10, `start` 0 to 10, "
        + "`copies` 1 to 64, `jitter` 0 to 1024 pixels, `zoom` 0 to 0.9, `turn` 0 to 180 degrees, `tv` and `l2` 0 to 1000000";

    /// <summary>Reads the option.</summary>
    /// <param name="text">What was given; null for nothing.</param>
    /// <param name="defaults">What holds for keys that are not given.</param>
    /// <param name="wrong">The part that cannot be read; null where all can.</param>
    public static AscentSpec Read(string? text, AscentSpec defaults, out string? wrong)
    {
        wrong = null;
        var spec = defaults;
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (With(spec, part) is { } read) spec = read;
            else wrong ??= part;
        }
        return spec;
    }

    /// <summary>The most images on the way that are kept.</summary>
    public const int MostFrames = 12;

    /// <summary>Gets the steps whose images are kept: more of the first ones, where most changes, and the end.</summary>
    /// <param name="steps">The number of steps.</param>
    public static int[] FrameSteps(int steps)
    {
        var frames = Math.Min(MostFrames, steps + 1);
        // Squares of equal distances, moved up where two would be one.
        var taken = new int[frames];
        for (var i = 1; i < frames; i++)
            taken[i] = Math.Max(taken[i - 1] + 1, (int)((long)i * i * steps / ((long)(frames - 1) * (frames - 1))));
        taken[^1] = steps;
        return taken;
    }

    /// <summary>Gets the text of all keys, as <see cref="Read"/> takes it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"aim={(Probability ? "probability" : "score")},basis={Word(Basis)},"
            + $"colours={(Colours ? "true" : "false")},rate={Rate:R},start={Start:R},copies={Copies},jitter={Jitter},"
            + $"zoom={Zoom:R},turn={Turn:R},tv={TotalVariation:R},l2={Square:R}")
        + (Range.Count == 0 ? "" : ",range=" + string.Join('/', Range.Select(r => string.Create(CultureInfo.InvariantCulture,
            $"{r.Low:R}:{r.High:R}"))));

    /// <inheritdoc/>
    public bool Equals(AscentSpec? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static readonly AscentBasis[] Bases = [AscentBasis.Fourier, AscentBasis.Pixel, AscentBasis.Maco];

    private static string Word(AscentBasis basis) => basis switch
    {
        AscentBasis.Fourier => "fourier", AscentBasis.Pixel => "pixel", _ => "maco",
    };

    private static AscentSpec? With(AscentSpec spec, string part) => part.Split('=', 2, StringSplitOptions.TrimEntries) switch
    {
        ["basis", var v] => Bases.Where(b => Word(b) == v).Select(b => spec with { Basis = b }).FirstOrDefault(),
        ["aim", "score" or "probability"] => spec with { Probability = part.EndsWith("probability", StringComparison.Ordinal) },
        ["colours", "true" or "false"] => spec with { Colours = part.EndsWith("true", StringComparison.Ordinal) },
        ["rate", var v] => Number(v, double.Epsilon, 10) is { } rate ? spec with { Rate = rate } : null,
        ["start", var v] => Number(v, 0, 10) is { } start ? spec with { Start = start } : null,
        ["copies", var v] => Count(v, 1, 64) is { } copies ? spec with { Copies = copies } : null,
        ["jitter", var v] => Count(v, 0, 1024) is { } jitter ? spec with { Jitter = jitter } : null,
        ["zoom", var v] => Number(v, 0, 0.9) is { } zoom ? spec with { Zoom = zoom } : null,
        ["turn", var v] => Number(v, 0, 180) is { } turn ? spec with { Turn = turn } : null,
        ["tv", var v] => Number(v, 0, 1e6) is { } tv ? spec with { TotalVariation = tv } : null,
        ["l2", var v] => Number(v, 0, 1e6) is { } square ? spec with { Square = square } : null,
        ["range", var v] => Ranges(v) is { } range ? spec with { Range = range } : null,
        _ => null,
    };

    private static List<(double Low, double High)>? Ranges(string text)
    {
        var ranges = new List<(double Low, double High)>();
        foreach (var part in text.Split('/'))
        {
            if (part.Split(':') is not [var from, var to] || Number(from, -1e9, 1e9) is not { } low || Number(to, -1e9, 1e9) is not { } high
                || low >= high)
                return null;
            ranges.Add((low, high));
        }
        return ranges;
    }

    private static double? Number(string text, double least, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && v >= least && v <= most ? v : null;

    private static int? Count(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var v) && v >= least && v <= most ? v : null;
}
