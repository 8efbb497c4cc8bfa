namespace SaliencyCluster.Evaluation.Running;

/// <summary>Refuses plans that cannot be carried out, before anything is computed.</summary>
internal static class PlanCheck
{
    public static void Check(EvaluationPlan plan)
    {
        if (plan.Images.Count == 0) throw Errors.Plan("it has no images", "Give at least one image.");
        if (plan.Seeds.Count == 0) throw Errors.Plan("it has no seeds", "Give at least one seed.");
        if (plan.Methods.Count == 0) throw Errors.Plan("it has no methods", "Give at least one method.");
        if (plan.Methods.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Errors.Plan($"two of its methods are called '{twice.Key}'", "Give each its own name.");
        if (plan.Images.Select((image, i) => (image, i)).FirstOrDefault(p => p.image.Index != p.i) is { image: not null } odd)
            throw Errors.Plan($"image number {odd.i} has index {odd.image.Index}", "Number the images from 0.");
        // A check that cannot be made of these images and this model says so when it is asked for its questions.
        foreach (var check in plan.Checks) _ = check.MapQuestions(plan).FirstOrDefault();
    }
}
