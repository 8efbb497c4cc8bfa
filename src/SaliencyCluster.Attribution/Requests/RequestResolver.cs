using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Turns what a user asks for into the complete recipe of an answer, or says everything that is wrong with it.</summary>
public static class RequestResolver
{
    // What a free height or width is taken to be.
    private const int FreeSize = 224;

    /// <summary>Fills defaults and checks a request against a model. Pure.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="labels">Class names in order, or empty.</param>
    /// <exception cref="RequestException">SAL20xx: everything that is wrong with the request, at once.</exception>
    public static ResolvedRequest Resolve(ExplanationRequest request, ModelSummary model, IReadOnlyList<string> labels)
    {
        var errors = new List<RequestError>();
        var asked = TargetCheck.Resolve(request with { Score = request.Score ?? "logit" }, model, labels, errors);
        if (MethodCheck.Find(request, errors) is { } method)
        {
            asked = OptionCheck.Fill(request, asked, method, errors);
            asked = MethodCheck.Resolve(asked, method, model, errors);
            if (errors.Count == 0)
            {
                int[] shape = [.. model.ImageShape.Select(d => d < 0 ? FreeSize : (int)d)];
                asked = method.Complete(asked, shape);
                errors.AddRange(method.Check(asked, model));
                if (errors.Count == 0) return Size(asked, model, labels, method.PlannedPoints(asked, shape), method.FirstRoundPoints(asked, shape));
            }
        }
        throw new RequestException(errors);
    }

    private static ResolvedRequest Size(
        ExplanationRequest asked, ModelSummary model, IReadOnlyList<string> labels, int points, int firstRound)
    {
        var microBatch = asked.MicroBatch ?? WorkSize.MicroBatch(model, firstRound);
        var shard = asked.ShardPoints is { } wanted
            ? (wanted + microBatch - 1) / microBatch * microBatch
            : WorkSize.ShardPoints(model, points, microBatch);
        return new(asked, model, labels, microBatch, shard) { PlannedPoints = points };
    }
}
