using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Resolving;

/// <summary>Turns what a user asks for into the complete recipe of an answer, or says everything that is wrong with it.</summary>
public static class RequestResolver
{
    /// <summary>Fills defaults and checks a request against a model. Pure.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="labels">Class names in order, or empty.</param>
    /// <param name="bounds">The most that may be asked for; null means the default.</param>
    /// <param name="predicts">Whether mere predictions are taken: what they give is no map that could be drawn or kept.</param>
    /// <exception cref="RequestException">SAL20xx: everything that is wrong with the request, at once.</exception>
    public static ResolvedRequest Resolve(
        ExplanationRequest request, ModelSummary model, IReadOnlyList<string> labels, RequestBounds? bounds = null, bool predicts = false)
    {
        bounds ??= RequestBounds.Default;
        // First, since nothing else is bounded without: texts and lists are read several times from here on.
        var errors = bounds.TooManyBaselines(request) is { } baselines ? [baselines] : TextCheck.Errors(request).ToList();
        if (errors.Count > 0) throw new RequestException(errors);
        var head = DetectionCheck.Find(request, model, labels, errors);
        (model, var fitting) = OutputCheck.Choose(request with { Output = head?.Scores ?? request.Output }, model, labels);
        if (head is null) labels = fitting;
        var asked = request with { Score = request.Score ?? "logit" };
        asked = DetectionCheck.IsAsked(request) ? DetectionCheck.Fill(asked) : TargetCheck.Resolve(asked, model, labels, errors);
        if (request.MicroBatch > 1 && !model.FreeBatch)
            errors.Add(new(
                "SAL2034", "micro-batch", $"Option 'micro-batch' is '{request.MicroBatch}', but it is not proven that this model evaluates each image of a batch as if it were alone; it runs one image at a time.",
                "Leave it out, or give 1."));
        if (MethodCheck.Find(request, errors, predicts) is { } method)
        {
            asked = OptionCheck.Fill(request, asked, method, errors);
            asked = MethodCheck.Resolve(asked, request.Layer, method, model, errors);
            if (errors.Count == 0)
            {
                int[] shape = [.. model.ImageShape.Select(d => d < 0 ? RequestCost.FreeSize : (int)Math.Min(d, int.MaxValue))];
                var complete = method.Complete(asked, shape);
                errors.AddRange(method.Check(complete, model));
                if (errors.Count == 0) errors.AddRange(bounds.Errors(PlannedCost.Of(complete, method, model, shape)));
                // What depends on a size that the model leaves free stays open until an image says it: ImageRequest.
                if (model.ImageShape.All(d => d > 0)) asked = complete;
                if (errors.Count == 0) return Size(asked, model, labels, bounds, (int)method.PlannedPoints(complete, model, shape),
                    (int)method.FirstRoundPoints(complete, model, shape)) with { Head = head };
            }
        }
        throw new RequestException(errors);
    }

    /// <summary>Checks requests that are computed on the same images, each by itself and all together. Pure.</summary>
    /// <param name="requests">What is asked for.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="labels">Class names in order, or empty.</param>
    /// <param name="bounds">The most that may be asked for; null means the default.</param>
    /// <exception cref="RequestException">SAL20xx.</exception>
    public static IReadOnlyList<ResolvedRequest> ResolveAll(
        IEnumerable<ExplanationRequest> requests, ModelSummary model, IReadOnlyList<string> labels, RequestBounds? bounds = null)
    {
        var resolved = requests.Select(r => Resolve(r, model, labels, bounds)).ToList();
        var errors = (bounds ?? RequestBounds.Default).Errors(resolved.Aggregate(RequestCost.None, (sum, r) => sum + CostOf(r))).ToList();
        return errors.Count == 0 ? resolved : throw new RequestException(errors);
    }

    /// <summary>Gets what a resolved request takes for an image; a free height or width is taken as 224.</summary>
    public static RequestCost CostOf(ResolvedRequest request) =>
        CostOf(request, [.. request.Model.ImageShape.Select(d => d < 0 ? RequestCost.FreeSize : (int)Math.Min(d, int.MaxValue))]);

    /// <summary>Refuses an image of a model with free height or width that is too large for what is asked.</summary>
    /// <exception cref="RequestException">SAL2005.</exception>
    internal static void CheckImage(ResolvedRequest request, IReadOnlyList<int> imageShape)
    {
        if (request.Perturbation is not null || request.Model.ImageShape.All(d => d >= 0)) return;
        var errors = (request.Bounds ?? RequestBounds.Default).Errors(CostOf(request, imageShape)).ToList();
        if (errors.Count > 0) throw new RequestException(errors);
    }

    /// <summary>Gets what a resolved request takes for an image of this shape, channels first.</summary>
    public static RequestCost CostOf(ResolvedRequest request, IReadOnlyList<int> imageShape)
    {
        var method = MethodFactory.Create(request.Options);
        return PlannedCost.Of(method.Complete(request.Options, imageShape), method, request.Model, imageShape);
    }

    internal static ResolvedRequest Size(
        ExplanationRequest asked, ModelSummary model, IReadOnlyList<string> labels, RequestBounds bounds, int points, int firstRound)
    {
        var microBatch = asked.MicroBatch ?? WorkSize.MicroBatch(model, firstRound);
        var shard = asked.ShardPoints is { } wanted
            ? (wanted + microBatch - 1) / microBatch * microBatch
            : WorkSize.ShardPoints(model, points, microBatch);
        return new(asked, model, labels, microBatch, shard)
        {
            PlannedPoints = points,
            // Only where images are of any size is there something left to check.
            Bounds = bounds != RequestBounds.Default && model.ImageShape.Any(d => d < 0) ? bounds : null,
        };
    }
}
