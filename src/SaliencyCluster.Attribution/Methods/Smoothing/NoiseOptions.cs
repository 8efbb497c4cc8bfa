using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>What noise adds to the description of the method that it is wrapped around, and what it asks of a request.</summary>
internal static class NoiseOptions
{
    private static readonly MethodOption[] Own =
    [
        new("samples", "50", "1024"), new("stdev", "0.15"), new("stdev-kind", "relative"), new("sampling", "independent"), new("seed", "0"),
        new("standard-error-map", "false"),
    ];

    /// <summary>Says whether the method reads <c>samples</c> itself, so that the noise's number has another name.</summary>
    public static bool OwnSamples(IAttributionMethod inner) => inner.Description.Options.Any(o => o.Name == "samples");

    public static int Samples(ExplanationRequest request, IAttributionMethod inner) =>
        OwnSamples(inner) ? request.SmoothSamples!.Value : request.Samples!.Value;

    public static MethodDescription Describe(IAttributionMethod inner, SmoothKind kind, string summary, string paper)
    {
        var samples = OwnSamples(inner) ? "smooth-samples" : "samples";
        var noise = Own.Where(o => o.Name != "samples").Prepend(Own[0] with { Name = samples }).ToArray();
        return inner.Description with
        {
            Summary = summary,
            Paper = paper,
            Cost = $"{samples} x ({inner.Description.Cost})",
            Guarantees = kind == SmoothKind.Mean ? "a standard error for the noise" : "never negative",
            Options =
            [
                .. inner.Description.Options.Where(o => o.Name != "tolerance" && noise.All(n => n.Name != o.Name)).Select(o => o with { WithTolerance = null }),
                .. noise, .. kind == SmoothKind.Mean ? [new MethodOption("tolerance")] : Array.Empty<MethodOption>(),
            ],
            Signed = kind == SmoothKind.Mean && inner.Description.Signed,
        };
    }

    public static IEnumerable<RequestError> Check(ExplanationRequest request, IAttributionMethod inner)
    {
        var samples = Samples(request, inner);
        if (request.Sampling == "antithetic" && samples % 2 != 0)
            yield return new("SAL2003", OwnSamples(inner)
                ? "smooth-samples" : "samples", $"Antithetic samples come in pairs, but 'samples' is {samples}.", "Give an even number.");
        if (request.Tolerance is not null && request.Sampling == "latin-hypercube")
            yield return new("SAL2003", "sampling", "A Latin hypercube needs the number of samples beforehand, so it cannot stop at a tolerance.", "Use `antithetic` or `independent`, or leave out `--tolerance`.");
    }

    /// <summary>Samples that make one independent one: the two of an antithetic pair depend on each other, so their mean counts
    /// once; squares and variances are those of single samples all the same.</summary>
    public static int Pairs(ExplanationRequest request, SmoothKind kind) =>
        kind == SmoothKind.Mean && request.Sampling == "antithetic" ? 2 : 1;
}
