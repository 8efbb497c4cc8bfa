using Grpc.Core;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>Which gRPC status an error code leads to. A new code needs a line only where it differs from its family.</summary>
internal static class StatusTable
{
    // The first prefix that fits decides, so the longer ones come first.
    private static readonly (string Prefix, StatusCode Status)[] Rows =
    [
        ("SAL11", StatusCode.FailedPrecondition),  // the method needs what the model does not have
        ("SAL1", StatusCode.InvalidArgument),      // the file is not a model that can be explained
        ("SAL203", StatusCode.FailedPrecondition),  // the method needs what the model does not have
        ("SAL2605", StatusCode.ResourceExhausted), // model too large
        ("SAL2606", StatusCode.ResourceExhausted), // too many uploads at once
        ("SAL2607", StatusCode.ResourceExhausted), // too many images
        ("SAL2616", StatusCode.ResourceExhausted), // too many images to evaluate on
        ("SAL2621", StatusCode.ResourceExhausted), // too many calls a second
        ("SAL2622", StatusCode.ResourceExhausted), // too many open calls
        ("SAL2623", StatusCode.ResourceExhausted), // no memory now
        ("SAL2624", StatusCode.ResourceExhausted), // too many models
        ("SAL2625", StatusCode.Unavailable),       // no worker
        ("SAL2630", StatusCode.NotFound),          // no such image
        ("SAL2631", StatusCode.NotFound),          // no such address
        ("SAL2632", StatusCode.Unimplemented),     // no such method of HTTP
        ("SAL23", StatusCode.Internal),            // checkpoints
        ("SAL2706", StatusCode.Internal),          // an answer that was kept by another version
        ("SAL2401", StatusCode.Internal),          // a worker of another version
        ("SAL24", StatusCode.Aborted),             // the model gave NaN
        ("SAL2905", StatusCode.PermissionDenied),
        ("SAL2906", StatusCode.PermissionDenied),  // a pool that the key may not use
        ("SAL2907", StatusCode.PermissionDenied),  // a name that is none of the gateway's
        ("SAL2908", StatusCode.PermissionDenied),  // a page of another site
        ("SAL2915", StatusCode.PermissionDenied),  // the scaler's port, for something else
        ("SAL2912", StatusCode.PermissionDenied),  // a token that gives no right here
        ("SAL2913", StatusCode.Unavailable),       // the identity provider does not answer
        ("SAL2914", StatusCode.Unavailable),       // what cannot be recorded is not done
        ("SAL29", StatusCode.Unauthenticated),     // no key, or not a valid one
        ("SAL2", StatusCode.InvalidArgument),
        ("SAL3001", StatusCode.AlreadyExists),     // job id is taken
        ("SAL3002", StatusCode.NotFound),          // no such job
        ("SAL3004", StatusCode.NotFound),          // no such model
        ("SAL3006", StatusCode.FailedPrecondition),
        ("SAL3007", StatusCode.FailedPrecondition),
        ("SAL3022", StatusCode.FailedPrecondition), // no report
        ("SAL300", StatusCode.InvalidArgument),    // names, image lists, page tokens
        ("SAL301", StatusCode.ResourceExhausted),  // queue or quota is full
        ("SAL3", StatusCode.Aborted),
        ("SAL4021", StatusCode.FailedPrecondition), // the model is quarantined
        ("SAL4110", StatusCode.NotFound),          // no such worker
        ("SAL4", StatusCode.Aborted),
        ("SAL903", StatusCode.Unavailable),        // the cluster moves, starts or stops
        ("SAL9101", StatusCode.ResourceExhausted), // disk full
        ("SAL9105", StatusCode.Unavailable),       // blob store away
        ("SAL9102", StatusCode.DataLoss),
        ("SAL9104", StatusCode.DataLoss),
        ("SAL", StatusCode.Internal),
    ];

    /// <summary>Gets the status of HTTP that a status of gRPC is answered with, as JSON transcoding does.</summary>
    public static int HttpOf(StatusCode status) => status switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Gets the status of a code such as <c>SAL2101</c>.</summary>
    public static StatusCode Of(string code) => Rows.First(row => code.StartsWith(row.Prefix, StringComparison.Ordinal)).Status;
}
