using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>A request with one or more wrong fields; all of them are named at once.</summary>
internal sealed class InvalidRequestException : SaliencyException
{
    /// <summary>Makes an error of fields that cannot be read.</summary>
    public InvalidRequestException(string code, IReadOnlyList<(string Field, string Problem)> fields, string next)
        : base(code, string.Join(' ', fields.Select(f => f.Problem)), next) => Fields = fields;

    /// <summary>Adds the fields to an error that is known already.</summary>
    public InvalidRequestException(SaliencyException error, IReadOnlyList<(string Field, string Problem)> fields)
        : base(error.Code, error.What, error.Next, error) => Fields = fields;

    /// <summary>Gets the wrong fields, by their path in the message, with what is wrong.</summary>
    public IReadOnlyList<(string Field, string Problem)> Fields { get; }

    /// <summary>One wrong field.</summary>
    public static InvalidRequestException Of(string code, string field, string problem, string next) => new(code, [(field, problem)], next);
}
