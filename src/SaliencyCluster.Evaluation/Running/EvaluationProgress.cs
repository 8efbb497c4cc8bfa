namespace SaliencyCluster.Evaluation.Running;

/// <summary>How far an evaluation is.</summary>
/// <param name="Done">Batches done.</param>
/// <param name="Total">Batches in all.</param>
/// <param name="Points">Evaluations of networks so far.</param>
/// <param name="Last">What was done last, in words.</param>
public sealed record EvaluationProgress(int Done, int Total, long Points, string Last);
