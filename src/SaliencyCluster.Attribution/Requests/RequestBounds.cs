namespace SaliencyCluster.Attribution.Requests;

/// <summary>The most that explaining one image may take. All methods that are compared on an image count together.</summary>
/// <remarks>Checked before anything is stored or computed: what passes can be planned, kept and finished by the process that drives it.</remarks>
public sealed record RequestBounds
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Requests";

    /// <summary>Gets the bounds that hold where nothing is configured.</summary>
    public static RequestBounds Default { get; } = new();

    /// <summary>Gets the most points, which are evaluations of the network.</summary>
    /// <value>From 1 to 10000000. The default is 250000.</value>
    public long MaxPoints { get; init; } = 250_000;

    /// <summary>Gets the most baselines.</summary>
    /// <value>From 1 to 10000. The default is 256.</value>
    public int MaxBaselines { get; init; } = 256;

    /// <summary>Gets the most bytes that an unfinished explanation may keep: image, baselines, sums, maps and points.</summary>
    /// <value>From 1048576 to 1099511627776. The default is 1 GiB, or a quarter of the memory that the process may use where that is less.</value>
    public long MaxStateBytes { get; init; } = Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>Gets the most operations outside the network: blurring baselines, drawing noise and masks, sorting, finishing the map.</summary>
    /// <value>From 1000000 to 1000000000000000. The default is 100000000000, some minutes of one core.</value>
    public long MaxOperations { get; init; } = 100_000_000_000;

    /// <summary>Gets the most maps and outputs of changed images that an evaluation may ask for, for each of its images.</summary>
    /// <value>From 1 to 10000000. The default is 20000.</value>
    public int MaxEvaluationQuestions { get; init; } = 20_000;

    /// <summary>Gets everything that is over a bound.</summary>
    /// <param name="cost">What is asked for.</param>
    public IEnumerable<RequestError> Errors(RequestCost cost)
    {
        if (cost.Points > MaxPoints) yield return Over("points", cost.Points, nameof(MaxPoints), MaxPoints, "Ask for fewer steps, samples, windows or baselines");
        if (cost.StateBytes > MaxStateBytes) yield return Over("bytes of state", cost.StateBytes, nameof(MaxStateBytes), MaxStateBytes, "Ask for fewer baselines or steps, or use a smaller image");
        if (cost.Operations > MaxOperations) yield return Over("operations outside the network", cost.Operations, nameof(MaxOperations), MaxOperations, "Ask for fewer samples or windows, narrower blurs, or use a smaller image");
    }

    /// <summary>Says that there are too many baselines, before any of them is read; null where there are not.</summary>
    public RequestError? TooManyBaselines(ExplanationRequest request)
    {
        var most = request.Baseline is null ? 0 : request.Baseline.AsSpan().Count(',') + 1;
        return most <= MaxBaselines ? null : new(
            "SAL2005", "baseline", $"The request has up to {most} baselines; {nameof(MaxBaselines)} allows {MaxBaselines}.",
            $"Give fewer baselines, or raise {Section}:{nameof(MaxBaselines)}.");
    }

    /// <summary>Says that an evaluation asks for too much.</summary>
    public RequestError TooManyQuestions() => new(
        "SAL2005", "evaluation",
        $"The evaluation asks for more than {MaxEvaluationQuestions} maps and outputs of each image; "
            + $"{nameof(MaxEvaluationQuestions)} allows that many.",
        $"Ask for fewer methods, seeds, orders, perturbations or steps, or raise {Section}:{nameof(MaxEvaluationQuestions)}.");

    /// <summary>Gets a text for every bound that is itself out of range.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (MaxPoints is < 1 or > 10_000_000) yield return Mistake(nameof(MaxPoints), MaxPoints, "from 1 to 10000000");
        if (MaxBaselines is < 1 or > 10_000) yield return Mistake(nameof(MaxBaselines), MaxBaselines, "from 1 to 10000");
        if (MaxStateBytes is < 1 << 20 or > 1L << 40) yield return Mistake(nameof(MaxStateBytes), MaxStateBytes, "from 1048576 to 1099511627776");
        if (MaxOperations is < 1_000_000 or > 1_000_000_000_000_000) yield return Mistake(nameof(MaxOperations), MaxOperations, "from 1000000 to 1000000000000000");
        if (MaxEvaluationQuestions is < 1 or > 10_000_000) yield return Mistake(nameof(MaxEvaluationQuestions), MaxEvaluationQuestions,
            "from 1 to 10000000");
    }

    private static string Mistake(string key, long value, string range) => $"{Section}:{key} is {value}; it must be {range}.";

    private static RequestError Over(string what, long asked, string cap, long most, string instead) => new(
        "SAL2005", "method", $"The request takes {(asked == long.MaxValue ? "more than 2^63" : asked)} {what} an image; {cap} allows {most}.",
        $"{instead}, or raise {Section}:{cap}.");
}
