using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>How many evaluations of networks a plan asks for.</summary>
internal static class PlannedPoints
{
    /// <summary>Counts the maps of the trained model, every further map once, and the outputs of changed images.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="labels">Class names of the model.</param>
    /// <param name="bounds">What one request may take.</param>
    /// <exception cref="RequestException">SAL2005: more than an evaluation may ask for.</exception>
    public static long Of(EvaluationPlan plan, IReadOnlyList<string> labels, RequestBounds bounds)
    {
        // They are made one after another, and no more of them than may be: a few numbers of a request can stand for millions.
        var most = bounds.MaxEvaluationQuestions;
        var ofMaps = plan.Checks.SelectMany(c => c.MapQuestions(plan)).Take(most + 1).ToList();
        var ofOutputs = plan.Checks.SelectMany(c => c.ForwardQuestions(plan)).Take(most + 1 - ofMaps.Count).ToList();
        if (ofMaps.Count + ofOutputs.Count > most) throw new RequestException([bounds.TooManyQuestions()]);
        var each = plan.Methods.ToDictionary(m => m, m => m.Request is { } request
            ? Math.Max(1L, RequestResolver.Resolve(request, plan.Model.Summary, labels, bounds).PlannedPoints) : 0);
        var maps = ofMaps.Select(q => q.Key).Distinct().Sum(key => each.GetValueOrDefault(key.Method));
        var outputs = ofOutputs.Select(q => q.Key).Distinct()
            .Sum(key => Math.Max(1L, ResolvedRequest.ForOutputs(plan.Model.Summary, labels, key.Perturbation, bounds).PlannedPoints));
        return checked(plan.Images.Count * (each.Values.Sum() + maps + outputs));
    }
}
