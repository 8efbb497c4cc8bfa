namespace SaliencyCluster.Benchmarks.Points;

/// <summary>What one image gave: kept in the cache.</summary>
/// <param name="Model">The model.</param>
/// <param name="Target"><c>logit</c> or <c>softmax</c>.</param>
/// <param name="Image">The image's number.</param>
/// <param name="Reference">Intervals of the reference.</param>
/// <param name="Rules">Errors by rule, fewest points first.</param>
/// <param name="Tolerances">What <c>--tolerance</c> did.</param>
internal sealed record PathResult(
    string Model, string Target, int Image, int Reference, IReadOnlyDictionary<string, IReadOnlyList<Trial>> Rules, IReadOnlyList<Stop> Tolerances);

/// <summary>One map.</summary>
/// <param name="Points">Gradients that it took.</param>
/// <param name="Error">Relative error against the reference.</param>
/// <param name="Completeness">Convergence delta relative to the difference of scores, without sign.</param>
internal sealed record Trial(int Points, double Error, double Completeness);

/// <summary>One map that stopped at a tolerance.</summary>
/// <param name="Tolerance">The error asked for.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Points">Gradients that it took.</param>
/// <param name="Estimate">The error that it claims.</param>
/// <param name="Error">The error that it has.</param>
internal sealed record Stop(double Tolerance, string Rule, int Points, double Estimate, double Error);
