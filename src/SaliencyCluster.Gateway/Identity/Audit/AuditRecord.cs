using System.Text.Json.Serialization;

namespace SaliencyCluster.Gateway.Identity.Audit;

/// <summary>Who did what, when, and how it ended.</summary>
/// <param name="Time">When the call ended, in UTC.</param>
/// <param name="Tenant">Whose caller it was; empty where nobody was let in.</param>
/// <param name="Caller">The id of the key, or <c>oidc:</c> and the name in the token; empty on a gateway without either.</param>
/// <param name="Role">What the caller may do; empty where nobody was let in.</param>
/// <param name="Address">From where the call came: the client, a proxy, or the gateway itself for its pages.</param>
/// <param name="Call">What was called, such as <c>Explanations/SubmitJob</c>.</param>
/// <param name="Subject">What it was about: ids and names of jobs, models, evaluations, workers, tenants, as far as the call names
/// them.</param>
/// <param name="Outcome"><c>ok</c>, the code of an error, or <c>cancelled</c>.</param>
/// <param name="Trace">The id of the trace; empty without one.</param>
public sealed record AuditRecord(
    DateTimeOffset Time, string Tenant, string Caller, string Role, string Address, string Call,
    IReadOnlyDictionary<string, string> Subject, string Outcome, string Trace)
{
    /// <summary>Gets the number of the record in its file, from 1 on.</summary>
    [JsonPropertyOrder(-2)]
    public long Number { get; init; }

    /// <summary>Gets the SHA-256 of the line before, in hexadecimal; of nothing for the first.</summary>
    [JsonPropertyOrder(1)]
    public string Previous { get; init; } = "";
}
